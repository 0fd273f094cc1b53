// Starts what a script adds to pages that already work without one; loaded as a module, so nothing here waits for the document.
// The address of the design system comes from the page, because the names of static files carry a hash in production.
const { designSystem } = document.querySelector("script[data-design-system]").dataset;

document.body.classList.add("js-enabled", "govuk-frontend-supported");

const { initAll } = await import(designSystem);
initAll();

// The file inputs' hidden comma is spoken and not seen; whoever steers by voice says what is seen.
for (const comma of document.querySelectorAll(".govuk-file-upload-button > [id$='-comma']")) comma.remove();
