package io.leveret.interop.process;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * What a server's watchdog said about its event loops: how long one was kept from its next turn, beside the collector's
 * pauses. Machines differ, so nothing here is asserted.
 */
final class LoopReport {

    private static final String MS = "([0-9.]+)";
    private static final String STUCK = "event loop did not turn";
    private static final Pattern OWN = Pattern.compile(" own_ms=" + MS);
    private static final Pattern LOOP = Pattern.compile(
            "event loop watchdog: loop=\\S+ longest_ms=" + MS + " longest_own_ms=" + MS + " own_over_20_ms=(\\d+)");
    private static final Pattern PAUSES = Pattern.compile(
            "event loop watchdog: collector_pauses=(\\d+) longest_ms=" + MS + " standstills=(\\d+) longest_ms=" + MS);

    private static final int SHOWN = 3;

    private LoopReport() {}

    /** A line that sums up, if the server had the time to say so before it ended, and one for each of the longest gaps. */
    static List<String> of(String log) {
        List<String> lines = new ArrayList<>();
        Matcher pauses = PAUSES.matcher(log);
        if (pauses.find()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "event loops: longest time between turns %.1f ms of their own, %.1f ms in all;"
                            + " longest of %s collector pauses %s ms, of %s standstills %s ms",
                    longest(log, 2),
                    longest(log, 1),
                    pauses.group(1),
                    pauses.group(2),
                    pauses.group(3),
                    pauses.group(4)));
        }
        List<String> stuck = log.lines()
                .filter(line -> line.contains(STUCK))
                .map(line -> line.substring(line.indexOf(STUCK)))
                .sorted(Comparator.comparingDouble(LoopReport::ownMs).reversed())
                .toList();
        stuck.stream().limit(SHOWN).map(line -> "OVER 20 ms: " + line).forEach(lines::add);
        if (stuck.size() > SHOWN) {
            lines.add("OVER 20 ms: " + (stuck.size() - SHOWN) + " more");
        }
        return lines;
    }

    private static double longest(String log, int group) {
        DoubleStream each = all(LOOP, log).mapToDouble(loop -> Double.parseDouble(loop.group(group)));
        return each.max().orElse(0);
    }

    /** A line that does not tell it is shown first: the watchdog's lines and this class no longer fit. */
    private static double ownMs(String line) {
        Matcher own = OWN.matcher(line);
        return own.find() ? Double.parseDouble(own.group(1)) : Double.MAX_VALUE;
    }

    private static Stream<Matcher> all(Pattern pattern, String log) {
        return log.lines().map(pattern::matcher).filter(Matcher::find);
    }
}
