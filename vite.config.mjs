// The web application: web/ to dist/web, as scripts/build.mjs asks for it.
import { resolve } from 'node:path';

export default {
  root: resolve(import.meta.dirname, 'web'),
  // What browsers load is under /web/, its names tell their content: so it may be kept for ever.
  base: '/web/',
  build: { target: 'es2023', assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false },
};
