/**
 * Copies a text and reports whether it has. Browsers have a clipboard for pages
 * over https, and on the machine itself; over plain http, as on a LAN address,
 * there is the old way: what is selected is copied.
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

function copySelected(text) {
  const focused = document.activeElement;
  const area = document.createElement("textarea");
  area.className = "hidden-visually";
  area.readOnly = true; // no keyboard on a phone
  area.value = text;
  document.body.append(area);
  try {
    area.select();
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    area.remove();
    focused?.focus({ preventScroll: true });
  }
}
