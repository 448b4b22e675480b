package io.leveret.interop.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.interop.process.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a server leaves outside its data folder. */
@Timeout(120)
class TemporaryFilesTest {

    @TempDir
    private Path folder = Path.of("");

    @Test
    void aKilledServerLeavesNoTemporaryFile() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        start(temporary).close();
        // It has read the checkpoint of the first, and so has loaded what the store needs, native libraries too.
        start(temporary).kill();

        try (var left = Files.list(temporary)) {
            assertThat(left).isEmpty();
        }
    }

    private ServerProcess start(Path temporary) throws Exception {
        List<String> options = List.of("-Djava.io.tmpdir=" + temporary);
        return ServerProcess.startIn(folder, options, CrashSettings.HEAP_MAX_MIB, CrashSettings.SETTINGS);
    }
}
