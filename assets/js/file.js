// Says which file was chosen beside our own button: the browser's button speaks the browser's language, not the page's.
document.addEventListener("change", (event) => {
  const name = event.target instanceof HTMLInputElement && event.target.type === "file" && event.target.parentElement.querySelector(".file-name");
  if (name) name.textContent = [...event.target.files].map((file) => file.name).join(", ") || name.dataset.none;
});
