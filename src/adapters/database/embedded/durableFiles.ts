import { fsyncSync } from 'node:fs';
import type { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/** An open file of emscripten's NODEFS; directories have no descriptor. */
interface OpenFile {
  readonly nfd?: number;
}

interface NodeFileSystemModule {
  readonly NODEFS: { readonly stream_ops: { fsync?: (file: OpenFile) => number } };
}

/** As emscripten numbers it. PostgreSQL panics at it, since nobody knows what a failed sync left on the disk. */
const EIO = 29;

/**
 * PGlite's Node files with a real fsync. Emscripten's NODEFS has none, so that PostgreSQL's own would do nothing and a
 * power failure could take acknowledged transactions; a crash of the process alone could not.
 */
export class DurableFiles extends NodeFS {
  override async init(pglite: PGlite, options: Parameters<NodeFS['init']>[1]): ReturnType<NodeFS['init']> {
    const prepared = await super.init(pglite, options);
    prepared.emscriptenOpts.preRun?.push((module: unknown) => {
      (module as NodeFileSystemModule).NODEFS.stream_ops.fsync = (file) => {
        if (file.nfd === undefined) return 0;
        try {
          fsyncSync(file.nfd);
          return 0;
        } catch {
          return EIO;
        }
      };
    });
    return prepared;
  }
}
