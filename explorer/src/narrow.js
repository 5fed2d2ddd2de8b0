// The width below which panes are stacked; style.css has it too.
const narrow = matchMedia("(max-width: 760px)");

/** Closes the panel where it covers the editors. */
export function makeRoom(setVisiblePlugin) {
  if (narrow.matches) setVisiblePlugin(null);
}
