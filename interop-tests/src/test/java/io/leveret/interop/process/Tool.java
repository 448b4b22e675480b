package io.leveret.interop.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.opentest4j.TestAbortedException;

/** Programs that tests need and a machine may lack. */
public final class Tool {

    private Tool() {}

    public static boolean onPath(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Arrays.stream(path.split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** Throws what {@link #missing(String)} says where a program is missing. */
    public static void require(String program, String installation) {
        if (!onPath(program)) {
            throw missing(program + " is missing: " + installation);
        }
    }

    /** What to throw where something is missing: the test is skipped with one line; on CI, which skips nothing, it fails. */
    public static RuntimeException missing(String line) {
        if (Boolean.parseBoolean(System.getenv("CI"))) {
            return new IllegalStateException(line);
        }
        System.err.println(line);
        return new TestAbortedException(line);
    }
}
