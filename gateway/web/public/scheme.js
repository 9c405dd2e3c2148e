// Sets light or dark before the first paint. A file of its own, because the content security policy
// refuses scripts written into the page.
(function () {
  var chosen = null;
  try {
    chosen = window.localStorage.getItem("rapport-scheme");
  } catch (refused) {
    chosen = null;
  }
  var dark = chosen === "dark" || (chosen !== "light" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
