// Before the first paint: the visitor's own choice of light or dark, where there is one.
const chosen = /(?:^|; )theme=(light|dark)/.exec(document.cookie);
if (chosen) document.documentElement.dataset.theme = chosen[1];
