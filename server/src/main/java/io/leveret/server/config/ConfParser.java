package io.leveret.server.config;

import io.leveret.server.config.ConfItem.Assignment;
import io.leveret.server.config.ConfItem.Include;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text of one file in {@code rabbitmq.conf} format, as RabbitMQ 4.3 does. Used once, by one thread; never opens
 * a file itself.
 *
 * <p>A value is quoted if it begins with a single quote and another one follows anywhere in the file, so a quoted value
 * may span lines and hold {@code #}; three quotes allow single ones inside. Double quotes are part of the value.
 */
final class ConfParser {

    private static final Pattern BLANK = Pattern.compile("[ \\t]*+(?:#[^\\n]*+)?(?:\\n|\\z)");
    private static final Pattern ASSIGNMENT = Pattern.compile("[ \\t]*+([A-Za-z0-9_.\\\\-]++)[ \\t]*+=[ \\t]*+");
    private static final Pattern INCLUDE =
            Pattern.compile("[ \\t]*+include[ \\t]++([^#\\n]++)(?:#[^\\n]*+)?(?:\\n|\\z)");
    private static final Pattern QUOTED = Pattern.compile("'''(.*?)'''|'([^']*+)'", Pattern.DOTALL);
    private static final Pattern PLAIN = Pattern.compile("[^#\\n]*+");

    private final String source;
    private final String text;
    private final Problems problems;
    private final List<ConfItem> items = new ArrayList<>();
    private int at;
    private int line = 1;

    ConfParser(String source, String text, Problems problems) {
        this.source = source;
        this.text = text.replace("\r\n", "\n");
        this.problems = problems;
    }

    /** Reads on behind a bad line, so that one reading finds them all. */
    List<ConfItem> parse() {
        while (at < text.length()) {
            if (!skip(BLANK) && !assignment() && !include()) {
                badLine();
            }
        }
        return items;
    }

    private boolean assignment() {
        Matcher start = match(ASSIGNMENT, at);
        KeyName key = start == null ? null : KeyName.parse(start.group(1));
        if (start == null || key == null) {
            return false;
        }
        Matcher quoted = match(QUOTED, start.end());
        Matcher value = quoted != null ? quoted : match(PLAIN, start.end());
        Matcher rest = value == null ? null : match(BLANK, value.end());
        if (value == null || rest == null || (quoted == null && value.group().isBlank())) {
            return false;
        }
        items.add(new Assignment(new Setting(key, content(value), origin())));
        moveTo(rest.end());
        return true;
    }

    private static String content(Matcher value) {
        if (value.groupCount() == 0) {
            return value.group().strip();
        }
        String tripleQuoted = value.group(1);
        return tripleQuoted != null ? tripleQuoted : value.group(2);
    }

    private boolean include() {
        Matcher include = match(INCLUDE, at);
        if (include == null) {
            return false;
        }
        items.add(new Include(include.group(1).strip(), origin()));
        moveTo(include.end());
        return true;
    }

    private void badLine() {
        int end = text.indexOf('\n', at);
        String content = text.substring(at, end < 0 ? text.length() : end);
        // What stands behind the equals sign may be a secret.
        String echoed = content.replaceFirst("=.*", "= ...").strip();
        problems.error(origin(), "can't read '" + echoed + "' (expected: key = value)");
        moveTo(end < 0 ? text.length() : end + 1);
    }

    private boolean skip(Pattern pattern) {
        Matcher matcher = match(pattern, at);
        if (matcher != null) {
            moveTo(matcher.end());
        }
        return matcher != null;
    }

    private @Nullable Matcher match(Pattern pattern, int from) {
        Matcher matcher = pattern.matcher(text).region(from, text.length());
        return matcher.lookingAt() ? matcher : null;
    }

    private void moveTo(int next) {
        line += (int) text.substring(at, next).chars().filter(c -> c == '\n').count();
        at = next;
    }

    private Origin origin() {
        return new Origin(source, line);
    }
}
