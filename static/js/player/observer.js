// A provider's own eyes on a play: where an operator wants them, and who watches does not mind.

// Global Privacy Control (w3.org/TR/gpc) and Do Not Track.
const minds = () => navigator.globalPrivacyControl === true || navigator.doNotTrack === "1";

export async function observed(player, { signal }) {
  const { observer } = player.config.source;
  if (!observer || minds()) return;
  const { observe } = await import(observer.module);
  observe(player, observer, { signal });
}
