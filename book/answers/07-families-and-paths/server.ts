/**
 * Answer: There is nothing in it: it is only a name, of 0 bytes, and `ls -l` marks it
 * with an `s`. Anyone who may write to the file may connect; on Linux that is usually
 * only you.
 *
 * What is sent goes through the kernel from one program to the other, and never to the
 * disk. The permissions are those of any new file of yours (umask): usually nobody else
 * may write. (Some systems check only the folder, so a careful server makes a folder of
 * its own.) Where: linux
 * See:
 *   a socket: true, 0 bytes
 *   others may write to it: false
 *   after close it still exists: false
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
console.log(`after close it still exists: ${existsSync(path)}`);
