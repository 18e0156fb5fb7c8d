// Of several players on a page one has the turn: the one played, touched or focused last.

const players = new Set();
let last = null;

export function takeTurns(player, { signal }) {
  const take = () => (last = player);
  players.add(player);
  signal.addEventListener("abort", () => {
    players.delete(player);
    if (last === player) last = null;
  });
  for (const name of ["focusin", "pointerdown"]) player.addEventListener(name, take, { signal });
  const begin = () => {
    take();
    for (const other of players) if (other !== player) rest(other);
  };
  player.video.addEventListener("play", begin, { signal });
}

function rest(player) {
  player.video.pause();
  player.removeAttribute("mini");
}

// Before anybody chose, the page's own film has it.
export function hasTurn(player) {
  const own = [...players].find(({ config }) => config.page);
  return player === (last ?? own ?? [...players][0]);
}
