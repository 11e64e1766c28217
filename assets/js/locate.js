// Asks the browser where it is (WGS-84). Always answers: a refusal or a slow receiver never blocks the form.
self.estateLocate = () => new Promise((done) => {
  if (!navigator.geolocation) { done({ error: "unsupported" }); return; }
  navigator.geolocation.getCurrentPosition(
    (found) => done({ latitude: found.coords.latitude, longitude: found.coords.longitude, accuracy: Math.round(found.coords.accuracy) }),
    (refusal) => done({ error: refusal.code === 1 ? "denied" : "unavailable" }),
    { enableHighAccuracy: true, timeout: 8000, maximumAge: 60000 },
  );
});
