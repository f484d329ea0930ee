// The bell asks again every two minutes and when one comes back to the page, but never from a hidden tab.
const PAUSE = 120_000;
let asked = Date.now();

function look() {
  if (document.visibilityState !== "visible" || Date.now() - asked < PAUSE || !document.getElementById("bell")) return;
  asked = Date.now();
  document.body.dispatchEvent(new CustomEvent("lantian:look"));
}

setInterval(look, PAUSE / 4);
document.addEventListener("visibilitychange", look);
