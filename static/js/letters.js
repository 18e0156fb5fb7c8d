// Whether single keys are switched off, in the menu of the page's player (WCAG 2.1.4).
export const areOff = () => document.querySelector("lectern-player")?.preferences?.get("letters") === false;
