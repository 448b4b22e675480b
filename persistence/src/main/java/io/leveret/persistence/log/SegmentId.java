package io.leveret.persistence.log;

import java.util.Comparator;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which segment, and which file of it: 0 is the one that was appended to, each compaction makes the next.
 *
 * @param segment from 1
 */
public record SegmentId(long segment, long generation) implements Comparable<SegmentId> {

    private static final Pattern FILE_NAME = Pattern.compile("(\\d{10,18})\\.(\\d{1,18})\\.seg");
    private static final Comparator<SegmentId> ORDER =
            Comparator.comparingLong(SegmentId::segment).thenComparingLong(SegmentId::generation);

    public String fileName() {
        return String.format(Locale.ROOT, "%010d.%d.seg", segment, generation);
    }

    /** The segment whose file has that name; null if that is no segment's name. */
    public static @Nullable SegmentId ofFile(String name) {
        Matcher matcher = FILE_NAME.matcher(name);
        return matcher.matches()
                ? new SegmentId(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)))
                : null;
    }

    @Override
    public int compareTo(SegmentId other) {
        return ORDER.compare(this, other);
    }
}
