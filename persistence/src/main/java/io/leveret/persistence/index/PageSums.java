package io.leveret.persistence.index;

import io.leveret.persistence.FormatVersionException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The CRC32C of each page of a table, and its place at the file's end: the sums, then a trailer of magic, page size, page count and a
 * CRC32C of sums and trailer. The magic's last character is the format's version; later ones keep the trailer's form, so that each tells
 * the other from damage. Written by one thread, then only read.
 */
final class PageSums {

    static final int TRAILER_BYTES = 24;

    private static final long MAGIC = 0x4C56_5254_5442_4C31L; // LVRTTBL1
    private static final int VERSION = versionOf(MAGIC);
    private static final int SUM_BYTES = 4;

    private int[] sums;
    private int pages;

    PageSums() {
        this(new int[16], 0);
    }

    private PageSums(int[] sums, int pages) {
        this.sums = sums;
        this.pages = pages;
    }

    int pages() {
        return pages;
    }

    int sum(int page) {
        return sums[page];
    }

    void set(int page, int sum) {
        if (page >= sums.length) {
            sums = Arrays.copyOf(sums, Math.max(sums.length * 2, page + 1));
        }
        sums[page] = sum;
        pages = Math.max(pages, page + 1);
    }

    ByteBuffer footer() {
        ByteBuffer footer = ByteBuffer.allocate(footerBytes(pages));
        for (int page = 0; page < pages; page++) {
            footer.putInt(sums[page]);
        }
        footer.putLong(MAGIC).putInt(TableVolume.PAGE_BYTES).putInt(pages).putInt(0);
        footer.putInt(crc32c(footer.array(), footer.position()));
        return footer.flip();
    }

    /**
     * How many pages a trailer tells of.
     *
     * @throws TableCorruptException if the trailer is none, or does not fit the file's size
     */
    static int pagesOf(String file, ByteBuffer trailer, long fileSize) throws TableCorruptException {
        if (trailer.getLong(0) >>> 8 != MAGIC >>> 8) {
            throw new TableCorruptException(file + ": no table's trailer at the end of " + fileSize + " bytes");
        }
        int pageBytes = trailer.getInt(8);
        int pages = trailer.getInt(12);
        if (pageBytes < 1 || pages < 1 || fileSize != pages * ((long) pageBytes + SUM_BYTES) + TRAILER_BYTES) {
            throw new TableCorruptException(file + ": size " + fileSize + " (expected: " + pages + " pages of "
                    + pageBytes + " bytes and their sums)");
        }
        return pages;
    }

    /**
     * Reads the sums.
     *
     * @throws TableCorruptException if the footer's own sum is wrong
     * @throws FormatVersionException if it is right, but the table of another version
     */
    static PageSums read(String file, byte[] footer, int pages) throws TableCorruptException, FormatVersionException {
        ByteBuffer in = ByteBuffer.wrap(footer);
        if (in.getInt(footer.length - 4) != crc32c(footer, footer.length - 4)) {
            throw new TableCorruptException(file + ": wrong checksum of the page sums");
        }
        int version = versionOf(in.getLong(footer.length - TRAILER_BYTES));
        if (version != VERSION) {
            throw new FormatVersionException(file, version, VERSION);
        }
        int pageBytes = in.getInt(footer.length - TRAILER_BYTES + 8);
        if (pageBytes != TableVolume.PAGE_BYTES) {
            throw new TableCorruptException(
                    file + ": pages of " + pageBytes + " bytes (expected: " + TableVolume.PAGE_BYTES + ")");
        }
        int[] sums = new int[pages];
        in.asIntBuffer().get(sums);
        return new PageSums(sums, pages);
    }

    static int footerBytes(int pages) {
        return Math.addExact(Math.multiplyExact(pages, SUM_BYTES), TRAILER_BYTES);
    }

    private static int versionOf(long magic) {
        return (int) (magic & 0xFF) - '0';
    }

    static int crc32c(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
