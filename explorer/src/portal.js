/** Whether the server's portal is the demo, as the server says in the page's head. */
export const isDemo = document.querySelector('meta[name="portal"]')?.content === "demo";
