/**
 * Answer: Nothing is in it: it is a name, of 0 bytes, and its first letter is `s`. Who
 * may write to the file may connect, and on Linux that is you alone, as a rule.
 *
 * What is sent goes from one program to the other through the kernel, and never to the
 * disk. The rights are those that a new file of yours gets (umask): usually nobody else
 * may write. (Some systems look only at the folder; so a careful server makes a folder
 * of its own.)
 * Where: linux
 * See:
 *   a socket: true, 0 bytes
 *   others may write to it: false
 *   and after close it is there: false
 */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { socketFolder } from '../../../src/common/index.ts';
import { WelcomingSocket } from '../../../src/tcp/index.ts';

const path = join(socketFolder(), `socketlab-answer-${process.pid}.sock`);
const welcomingSocket = new WelcomingSocket();
await welcomingSocket.bind({ path });
await welcomingSocket.listen(5);

const file = statSync(path);
console.log(`a socket: ${file.isSocket()}, ${file.size} bytes`);
console.log(`others may write to it: ${(file.mode & 0o002) !== 0}`);
await welcomingSocket.close();
console.log(`and after close it is there: ${existsSync(path)}`);
