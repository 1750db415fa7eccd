/**
 * The files of wss://, read and checked before a socket is opened: TLS's own error for a bad one
 * names neither the file nor its option.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { misuse } from '../../common/index.ts';
import { readOptionFile } from '../line/files.ts';

interface Files {
  cert: string | undefined;
  key: string | undefined;
  ca: string | undefined;
}

/**
 * The same, with what is in the files.
 * @throws {MisuseError} ERR_BAD_ARGUMENT that names the option and the file
 */
export function readTlsFiles({ cert, key, ca }: Files): Files {
  const shown = cert === undefined ? undefined : certificateIn('cert', cert);
  const secret = key === undefined ? undefined : keyIn(key);
  const trusted = ca === undefined ? undefined : certificateIn('ca', ca);
  if (shown && secret && !shown.certificate.checkPrivateKey(secret.key)) {
    throw misuse(`--key: ${key} is not the key of the certificate in ${cert}`);
  }
  return { cert: shown?.text, key: secret?.text, ca: trusted?.text };
}

function certificateIn(
  option: string,
  file: string,
): { text: string; certificate: X509Certificate } {
  const text = readOptionFile(option, file);
  try {
    return { text, certificate: new X509Certificate(text) };
  } catch (cause) {
    throw misuse(`--${option}: there is no certificate in PEM in ${file}`, { cause });
  }
}

function keyIn(file: string): { text: string; key: KeyObject } {
  const text = readOptionFile('key', file);
  try {
    return { text, key: createPrivateKey(text) };
  } catch (cause) {
    const why = `there is no private key in PEM in ${file}, or it has a passphrase`;
    throw misuse(`--key: ${why}`, { cause });
  }
}
