#!/usr/bin/env node
// DuckDB and the journals' file syncs share this pool and would wait for each other in the usual four threads. Node
// starts it when it loads its first ES module, so this file is CommonJS.
process.env.UV_THREADPOOL_SIZE ??= '16';
import('../dist/src/main.js');
