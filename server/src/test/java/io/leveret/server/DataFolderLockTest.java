package io.leveret.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderLockTest {

    @TempDir
    private Path folder = Path.of("");

    @Test
    void makesTheFolderAndWritesTheProcessIdIntoTheFile() throws Exception {
        Path data = folder.resolve("a/b");
        try (DataFolderLock lock = DataFolderLock.take(data)) {
            assertThat(lock).isNotNull();
            assertThat(Files.readString(data.resolve("leveret.lock")))
                    .isEqualTo(ProcessHandle.current().pid() + "\n");
        }
    }

    @Test
    void canBeTakenAgainOnceItIsClosed() throws Exception {
        DataFolderLock.take(folder).close();
        DataFolderLock.take(folder).close();

        assertThat(folder.resolve("leveret.lock")).exists();
    }

    @Test
    void replacesALongerProcessIdOfAnEarlierServer() throws Exception {
        Files.writeString(folder.resolve("leveret.lock"), "12345678901234567890\n");
        DataFolderLock.take(folder).close();

        assertThat(Files.readString(folder.resolve("leveret.lock")))
                .isEqualTo(ProcessHandle.current().pid() + "\n");
    }

    @Test
    void namesTheFolderThatCannotBeMade() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> DataFolderLock.take(file.resolve("data")))
                .isInstanceOf(StartupException.class)
                .hasMessage("can't use data folder " + file.resolve("data") + ": Not a directory");
    }

    @Test
    void saysThatAFileIsNoFolder() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> DataFolderLock.take(file))
                .hasMessage("can't use data folder " + file + ": not a folder");
    }
}
