import { describeLate } from './lateSuite.ts';

describeLate({});
