import { createNoDesk } from '../../../src/adapters/desk/none.ts';
import { serviceDeskSuite } from './suite.ts';

serviceDeskSuite('none', async () => createNoDesk());
