import { describeBacklog } from './backlogSuite.ts';

describeBacklog(5);
