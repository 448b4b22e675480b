package io.leveret.persistence.index;

import io.leveret.persistence.disk.DiskFile;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.mapdb.DataInput2;
import org.mapdb.volume.Volume;

/**
 * What MapDB sees of a table's file: pages that one thread appends, and that any thread reads once {@link #sync} has sealed them.
 * Every page is checked against its CRC32C whenever it comes from the file, since MapDB checks nothing. Never mapped into memory,
 * never written again. MapDB's interface has no checked exceptions: errors come out as {@link UncheckedIOException}.
 */
@SuppressWarnings("UnsafeFinalization") // MapDB's finalizer only logs.
final class TableVolume extends Volume {

    /** Of values up to 4 KB a page holds several, and MapDB keeps one key a page on the heap. */
    static final int PAGE_BYTES = 16 * 1024;

    private final DiskFile file;
    private final PageSums sums;

    /** The first page, until it is sealed: MapDB fills in its header last. */
    private byte @Nullable [] first;

    private long appended;
    private volatile @Nullable Page last;

    private record Page(int number, byte[] bytes) {}

    private TableVolume(DiskFile file, PageSums sums) {
        this.file = file;
        this.sums = sums;
    }

    static TableVolume create(DiskFile file) {
        return new TableVolume(file, new PageSums());
    }

    /**
     * Opens a finished table; its pages are checked when they are read.
     *
     * @throws TableCorruptException if the file's end is not what was written
     * @throws io.leveret.persistence.FormatVersionException if it is, but another version wrote it
     */
    static TableVolume open(DiskFile file) throws IOException {
        long size = file.size();
        if (size < PageSums.TRAILER_BYTES) {
            throw new TableCorruptException(file.name() + ": " + size + " bytes (expected: a table)");
        }
        ByteBuffer trailer = ByteBuffer.allocate(PageSums.TRAILER_BYTES);
        file.read(size - PageSums.TRAILER_BYTES, trailer);
        int pages = PageSums.pagesOf(file.name(), trailer, size);
        byte[] footer = new byte[PageSums.footerBytes(pages)];
        file.read(size - footer.length, ByteBuffer.wrap(footer));
        return new TableVolume(file, PageSums.read(file.name(), footer, pages));
    }

    @Override
    public void ensureAvailable(long offset) {}

    @Override
    public void putData(long offset, byte[] src, int srcPos, int srcSize) {
        if (offset != appended || srcSize != PAGE_BYTES) {
            throw new IllegalStateException(file.name() + ": " + srcSize + " bytes written at " + offset
                    + " (expected: a page at " + appended + ")");
        }
        byte[] page = new byte[PAGE_BYTES];
        System.arraycopy(src, srcPos, page, 0, PAGE_BYTES);
        appended += PAGE_BYTES;
        if (offset == 0) {
            first = page;
        } else {
            write(pageAt(offset), page);
        }
    }

    @Override
    public void putLong(long offset, long value) {
        byte[] page = first;
        if (page == null || offset > PAGE_BYTES - 8) {
            throw new IllegalStateException(
                    file.name() + ": a number written at " + offset + " (expected: in the header)");
        }
        ByteBuffer.wrap(page).putLong((int) offset, value);
    }

    /** Seals the table: the first page and the sums go to the file, and everything is forced. */
    @Override
    public void sync() {
        byte[] page = first;
        if (page == null) {
            throw new IllegalStateException(file.name() + ": sealed twice, or empty");
        }
        write(0, page);
        first = null;
        try {
            file.write(appended, sums.footer());
            file.force();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long getLong(long offset) {
        return ByteBuffer.wrap(page(offset)).getLong(inPage(offset));
    }

    @Override
    public int getInt(long offset) {
        return ByteBuffer.wrap(page(offset)).getInt(inPage(offset));
    }

    @Override
    public byte getByte(long offset) {
        return page(offset)[inPage(offset)];
    }

    @Override
    public DataInput2 getDataInput(long offset, int size) {
        return new DataInput2.ByteArray(page(offset), inPage(offset));
    }

    @Override
    public void getData(long offset, byte[] bytes, int bytesPos, int size) {
        System.arraycopy(page(offset), inPage(offset), bytes, bytesPos, size);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                file.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public int sliceSize() {
        return -1;
    }

    @Override
    public boolean isSliced() {
        return false;
    }

    @Override
    public long length() {
        return (long) sums.pages() * PAGE_BYTES;
    }

    @Override
    public boolean isReadOnly() {
        return first == null;
    }

    @Override
    @SuppressWarnings("NullAway") // MapDB's own volumes in memory answer null too.
    public File getFile() {
        return null;
    }

    @Override
    public boolean getFileLocked() {
        return false;
    }

    @Override
    public void truncate(long size) {
        throw writeOnce();
    }

    @Override
    public void putInt(long offset, int value) {
        throw writeOnce();
    }

    @Override
    public void putByte(long offset, byte value) {
        throw writeOnce();
    }

    @Override
    public void putData(long offset, ByteBuffer buf) {
        throw writeOnce();
    }

    @Override
    public void clear(long startOffset, long endOffset) {
        throw writeOnce();
    }

    /** The page that holds an offset. The one read last is kept: MapDB asks for a page's numbers one by one. */
    private byte[] page(long offset) {
        int number = pageAt(offset);
        Page known = last;
        if (known != null && known.number == number) {
            return known.bytes;
        }
        byte[] bytes = new byte[PAGE_BYTES];
        try {
            file.read((long) number * PAGE_BYTES, ByteBuffer.wrap(bytes));
            check(number, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        last = new Page(number, bytes);
        return bytes;
    }

    private void check(int number, byte[] bytes) throws TableCorruptException {
        if (PageSums.crc32c(bytes, PAGE_BYTES) != sums.sum(number)) {
            throw new TableCorruptException(
                    file.name() + ": wrong checksum of the page at offset " + (long) number * PAGE_BYTES);
        }
    }

    private void write(int number, byte[] page) {
        sums.set(number, PageSums.crc32c(page, PAGE_BYTES));
        try {
            file.write((long) number * PAGE_BYTES, ByteBuffer.wrap(page));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int pageAt(long offset) {
        long number = offset / PAGE_BYTES;
        if (offset < 0 || number >= Math.max(sums.pages(), appended / PAGE_BYTES)) {
            throw new UncheckedIOException(new TableCorruptException(file.name() + ": no page at offset " + offset));
        }
        return (int) number;
    }

    private static int inPage(long offset) {
        return (int) (offset % PAGE_BYTES);
    }

    private UnsupportedOperationException writeOnce() {
        return new UnsupportedOperationException(file.name() + " is written once");
    }
}
