package io.leveret.persistence.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What was written and is not forced yet. It holds these files: a file that was closed meanwhile would not tell that writing it failed. The flusher adds, whoever forces takes; its monitor guards it, and is never held while the disk
 * works.
 */
final class Unforced {

    private final Segments segments;
    private final List<SegmentFile> files = new ArrayList<>();
    private boolean folder;
    private boolean failed;
    private LogPlace place;

    Unforced(Segments segments, LogPlace forced) {
        this.segments = segments;
        this.place = forced;
    }

    /** A segment was begun, so that the folder must be forced too. */
    synchronized void begun() {
        folder = true;
    }

    /** Everything up to a place is written; the file was not written by this call alone, but by all since it was forced last. */
    synchronized void written(SegmentFile file, LogPlace end) throws IOException {
        if (!files.contains(file) && file.retain()) {
            files.add(file);
        }
        place = end;
    }

    synchronized boolean isEmpty() {
        return files.isEmpty();
    }

    /**
     * Forces all that is written by now.
     *
     * @return up to where everything is certain
     * @throws IOException after which nothing is known of what was written since the last force. An operating system tells it once, so
     *     that another try would succeed and mean nothing: it throws as well
     */
    LogPlace force() throws IOException {
        List<SegmentFile> taken;
        boolean forceFolder;
        LogPlace end;
        synchronized (this) {
            if (failed) {
                throw new IOException("a force has failed before");
            }
            taken = new ArrayList<>(files);
            files.clear();
            forceFolder = folder;
            folder = false;
            end = place;
        }
        try {
            force(taken, forceFolder);
        } catch (Throwable e) {
            failed();
            throw e;
        }
        return end;
    }

    private void force(List<SegmentFile> taken, boolean forceFolder) throws IOException {
        try {
            // In order, though all must be certain before any of it counts.
            for (SegmentFile file : taken) {
                file.file().force();
            }
        } finally {
            taken.forEach(SegmentFile::release);
        }
        if (forceFolder) {
            segments.disk().forceFolder();
        }
    }

    private synchronized void failed() {
        failed = true;
    }

    /** Nothing of it will be forced any more. */
    synchronized void giveUp() {
        files.forEach(SegmentFile::release);
        files.clear();
    }
}
