// A sound and a desktop notification for new alerts; neither unless somebody asked for it with a click.

import { remarks, sentence } from "./words.js";

const TONE = 660; // Hz
const LENGTH = 0.25; // seconds
const MAX_AT_ONCE = 3; // notifications; a burst is one more that says how many

export class Signals {
  constructor(sound, notify) {
    [this.sound, this.notify] = [sound, notify];
    sound.addEventListener("click", () => {
      this.audio ??= new AudioContext();
      this.audio.resume();
      if (toggle(sound)) this.beep();
    });
    notify.addEventListener("click", async () => {
      if (notify.ariaPressed === "true") return void toggle(notify);
      const answer = "Notification" in window ? await Notification.requestPermission() : "denied";
      if (answer === "granted") toggle(notify);
      else notify.title = "This browser does not let the page show notifications: allow it in the site's settings.";
      notify.disabled = answer === "denied";
      return undefined;
    });
  }

  give(alerts) {
    if (this.sound.ariaPressed === "true") this.beep();
    if (this.notify.ariaPressed !== "true") return;
    for (const alert of alerts.slice(0, MAX_AT_ONCE)) {
      const price = `${alert.kind === "volume" ? "at" : "to"} ${alert.price}`;
      new Notification(sentence(alert), { body: [price, remarks(alert)].filter(Boolean).join(", "), tag: alert.id });
    }
    if (alerts.length > MAX_AT_ONCE) new Notification(`${alerts.length - MAX_AT_ONCE} more alerts`);
  }

  beep() {
    const [tone, loudness, now] = [this.audio.createOscillator(), this.audio.createGain(), this.audio.currentTime];
    tone.frequency.value = TONE;
    loudness.gain.setValueAtTime(0.2, now);
    loudness.gain.exponentialRampToValueAtTime(0.001, now + LENGTH);
    tone.connect(loudness).connect(this.audio.destination);
    tone.start();
    tone.stop(now + LENGTH);
  }
}

function toggle(button) {
  const on = button.ariaPressed !== "true";
  button.ariaPressed = String(on);
  return on;
}
