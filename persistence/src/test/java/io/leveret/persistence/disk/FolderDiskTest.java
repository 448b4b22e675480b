package io.leveret.persistence.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderDiskTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path path;

    @SuppressWarnings("NullAway.Init")
    private Disk disk;

    @BeforeEach
    void open() throws IOException {
        disk = FolderDisk.open(path.resolve("a/b"));
    }

    @Test
    void readsWhatWasWrittenAtAnyOffset() throws IOException {
        try (DiskFile file = disk.create("f")) {
            file.write(3, ByteBuffer.wrap("cde".getBytes(UTF_8)));
            file.force();
            ByteBuffer read = ByteBuffer.allocate(4);
            file.read(2, read);
            assertThat(read.array()).containsExactly(0, 'c', 'd', 'e');
            assertThat(file.size()).isEqualTo(6);
            assertThat(file.name()).isEqualTo("f");
        }
    }

    @Test
    void passesLargeArraysInPieces() throws IOException {
        byte[] bytes = new byte[1_000_000];
        new Random(1).nextBytes(bytes);
        try (DiskFile file = disk.create("f")) {
            file.write(7, ByteBuffer.wrap(bytes));
            ByteBuffer read = ByteBuffer.allocate(bytes.length);
            file.read(7, read);
            assertThat(read.array()).isEqualTo(bytes);
        }
    }

    @Test
    void saysWhichFileEndsTooEarly() throws IOException {
        try (DiskFile file = disk.create("f")) {
            file.write(0, ByteBuffer.allocate(3));
            assertThatThrownBy(() -> file.read(1, ByteBuffer.allocate(5)))
                    .isInstanceOf(EOFException.class)
                    .hasMessageEndingWith("f: it has 3 bytes (expected: at least 6)");
        }
    }

    @Test
    void renamesOverAnotherFileAndDeletes() throws IOException {
        disk.create("from").close();
        disk.create("to").close();
        disk.rename("from", "to");
        disk.forceFolder();
        assertThat(disk.list()).containsExactly("to");
        disk.delete("to");
        assertThat(disk.exists("to")).isFalse();
        assertThatThrownBy(() -> disk.open("to")).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void listsFilesButNotFolders() throws IOException {
        disk.create("f").close();
        Disk folder = disk.folder("inner");
        folder.create("g").close();
        assertThat(disk.list()).containsExactly("f");
        assertThat(disk.folder("inner").list()).containsExactly("g");
        assertThat(folder.describe()).endsWith("inner");
        assertThat(disk.usableBytes()).isPositive();
    }

    @Test
    void tellsThatTheDiskIsFull() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full));
        try (DiskFile file = FolderDisk.open(Path.of("/dev")).open("full")) {
            assertThatThrownBy(() -> file.write(0, ByteBuffer.allocate(1)))
                    .isInstanceOf(DiskFullException.class)
                    .hasMessageContaining("/dev/full");
        }
    }

    @Test
    void failsToWriteToAClosedFile() throws IOException {
        DiskFile file = disk.create("f");
        file.close();
        assertThatThrownBy(() -> file.write(0, ByteBuffer.allocate(1)))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(DiskFullException.class)
                .hasCauseInstanceOf(ClosedChannelException.class);
    }
}
