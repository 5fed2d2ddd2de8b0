/** Whether a query signs somebody in: its variables are a user name and a password, which are kept nowhere. */
export const signsIn = (query) => /\bsignIn\b/.test(query ?? "");
