import { defineConfig } from 'vite';

export default defineConfig({
  server: {
    // The page asks its own server, which passes it on: for the browser there is
    // one origin, so that nothing has to be allowed. The address is '/graphql'.
    proxy: { '/graphql': 'http://127.0.0.1:8080' },
  },
});
