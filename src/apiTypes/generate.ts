import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installationFolder } from '../config/installation.ts';
import { openApiDocument } from './document.ts';
import { typesOf } from './documentTypes.ts';

/** Writes the types of the console's client: `node dist/src/apiTypes/generate.js`. */
const PATH = 'src/console/api/schema.d.ts';
writeFileSync(join(installationFolder(), PATH), await typesOf(await openApiDocument()));
process.stdout.write(`${PATH}\n`);
