package io.leveret.persistence.record;

/**
 * Where a message's bytes lie in its segment's file, and how to tell that they are whole.
 *
 * @param offset of the head in the file; the body follows it
 * @param crc32c of head and body together
 */
public record Content(long offset, int headLength, int bodyLength, int crc32c) {

    public int length() {
        return headLength + bodyLength;
    }
}
