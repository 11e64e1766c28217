// Takes a chart away as a picture: its title and its drawing on the card's ground, at twice the size it has on the screen.
(() => {
  const SCALE = 2;
  const HEAD = 40;
  const PAD = 16;

  const drawn = (svg) =>
    new Promise((done, fail) => {
      const copy = svg.cloneNode(true);
      copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
      const picture = new Image();
      picture.onload = () => done(picture);
      picture.onerror = fail;
      picture.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(copy));
    });

  self.estateChartPng = async (testid) => {
    const figure = document.querySelector(`[data-testid="${testid}"]`);
    const layers = [...figure.querySelectorAll("svg.main-svg")];
    if (!layers.length) return;
    const box = layers[0].getBoundingClientRect();
    const style = getComputedStyle(figure);
    const ground = getComputedStyle(figure.closest(".card") || document.body).backgroundColor;
    const title = [...figure.querySelectorAll(".card-title, .card-context")].map((part) => part.textContent).filter(Boolean).join(" · ");
    const canvas = document.createElement("canvas");
    canvas.width = (box.width + 2 * PAD) * SCALE;
    canvas.height = (box.height + HEAD + PAD) * SCALE;
    const pen = canvas.getContext("2d");
    pen.scale(SCALE, SCALE);
    pen.fillStyle = ground;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = style.color;
    pen.font = `600 14px ${style.fontFamily}`;
    pen.fillText(title, PAD, 26);
    for (const layer of layers) {
      const place = layer.getBoundingClientRect();
      pen.drawImage(await drawn(layer), PAD + place.left - box.left, HEAD + place.top - box.top, place.width, place.height);
    }
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${title.replace(/[\\/:*?"<>|]/g, " ")}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
})();
