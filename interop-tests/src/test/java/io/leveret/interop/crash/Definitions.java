package io.leveret.interop.crash;

import io.leveret.interop.crash.Event.Started;
import io.leveret.interop.crash.History.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * The file with the policies that the server loads when it starts: others for most starts. For some there is none, and then those
 * of the last start have to hold still. Belongs to the test's thread.
 */
final class Definitions {

    private final Path file;
    private final Random random;
    /** Whether it is sure which policies hold, as far as the server has promised. */
    private boolean settled;

    Definitions(Path folder, Random random) {
        this.file = folder.resolve("definitions.json");
        this.random = random;
    }

    /** The settings of the next start, as for --set. */
    List<String> next(Recording recording) throws IOException {
        if (settled && random.nextInt(3) == 0) {
            return List.of();
        }
        settled = false;
        Policies policies = Policies.random(random);
        Files.writeString(file, policies.definitions());
        recording.add(new Started(policies));
        return List.of("load_definitions=" + file);
    }

    /** All of the file holds. */
    void started() {
        settled = true;
    }
}
