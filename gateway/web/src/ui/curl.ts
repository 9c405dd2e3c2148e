// The request behind a screen, as a line for the shell.
function shell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** `path` as the interface asks it; the key comes from the environment, so that none is copied. */
export function curl(path: string): string {
  return `curl -H "Authorization: Bearer $RAPPORT_API_KEY" ${shell(new URL(path, window.location.origin).href)}`;
}
