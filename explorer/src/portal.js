import { useEffect, useState } from "react";
import { fetcher } from "./fetcher.js";

/** Whether the server's portal is the demo, as the server says in the page's head. */
export const isDemo = document.querySelector('meta[name="portal"]')?.content === "demo";

/** Returns the portal's address as browsers know it; undefined for the demo, and as long as the server has not told. */
export function usePortalAddress() {
  const [address, setAddress] = useState();
  useEffect(() => {
    if (isDemo) return;
    fetcher({ query: "{ portal { url } }" }).then(({ data }) => setAddress(data?.portal?.url), () => {});
  }, []);
  return address;
}
