package io.leveret.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.persistence.disk.FolderDisk;
import io.leveret.persistence.log.Background;
import io.leveret.persistence.log.LogResources;
import io.leveret.persistence.log.WriteBuffers;
import io.leveret.persistence.record.Batch;
import io.leveret.persistence.store.DiskStore;
import io.leveret.persistence.store.StoreListener;
import io.leveret.persistence.store.StoreSettings;
import io.leveret.persistence.store.UnfinishedSalvage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class StoreCommandTest {

    private static final String SEGMENT = "0000000001.0.seg";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder = Path.of("");

    private Path data = Path.of("");

    private Path store = Path.of("");

    @BeforeEach
    void makeAStore() throws IOException {
        data = folder.resolve("data");
        store = data.resolve("store");
        try (DiskStore made = open(store)) {
            Batch batch = new Batch();
            batch.addQueue(1);
            for (int i = 0; i < 5; i++) {
                batch.publish(new byte[10], new byte[0], new byte[1000]);
                batch.target(1);
            }
            made.append(batch);
        }
    }

    @Test
    void findsAGoodStoreClean() {
        assertThat(run("ctl", "store", "verify", store.toString())).isZero();
        assertThat(out.toString().lines())
                .anyMatch(line -> line.matches("1 segment, 5050 bytes live, \\d{2,3} bytes dead, 0 bytes preallocated"))
                .contains("nothing is damaged");
    }

    @Test
    void tellsWhatIsPreallocatedApartFromWhatIsDead() throws IOException {
        // As a kill leaves it: a clean close cuts it.
        Path segment = store.resolve(DiskStore.LOG_FOLDER).resolve(SEGMENT);
        Files.write(segment, new byte[30_000], StandardOpenOption.APPEND);

        assertThat(run("ctl", "store", "verify", store.toString())).isZero();
        assertThat(out.toString().lines())
                .anyMatch(line -> line.matches(".* \\d{2,3} bytes dead, 30000 bytes preallocated"));
    }

    @Test
    void namesDamageAndSavesTheRest() throws IOException {
        flipAByte(store.resolve(DiskStore.LOG_FOLDER).resolve(SEGMENT), 3000);
        assertThat(run("ctl", "store", "verify", store.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("damaged: " + SEGMENT + " at offset ");
        assertThat(run("ctl", "store", "salvage", store.toString())).isEqualTo(1);
        try (DiskStore salvaged = open(data.resolve("store.salvaged"))) {
            assertThat(salvaged.entries(1, 0, 0, Long.MAX_VALUE, 10, 100_000)).hasSize(4);
        }
    }

    @Test
    void salvagesIntoANewFolderOnly() {
        Path to = data.resolve("new");
        assertThat(run("ctl", "store", "salvage", store.toString(), "--to", to.toString()))
                .isZero();
        assertThat(run("ctl", "store", "salvage", store.toString(), "--to", to.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("is there already");
    }

    @Test
    void refusesAFolderThatIsNoStore() {
        assertThat(run("ctl", "store", "verify", data.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("no store");
        assertThat(run("ctl", "store")).isEqualTo(2);
    }

    @Test
    void refusesTheStoreOfARunningServer() throws Exception {
        DataFolderLock running = DataFolderLock.take(data);
        assertThat(run("ctl", "store", "verify", store.toString())).isEqualTo(1);
        assertThat(run("ctl", "store", "salvage", store.toString())).isEqualTo(1);
        running.close();
        String inUse = "leveret: data folder " + data + " is in use by process "
                + ProcessHandle.current().pid() + "; stop it first";
        assertThat(err.toString().lines()).containsExactly(inUse, inUse);
    }

    @Test
    void verifiesEachVirtualHostOfADataFolder() throws IOException {
        moveTheStoreTo("vhosts/%2F");
        open(data.resolve("vhosts/second+one")).close();
        // There is the server's log file, if it has one.
        Files.createDirectories(data.resolve("log"));

        assertThat(run("ctl", "store", "verify", data.toString())).isZero();
        assertThat(out.toString().lines().filter(line -> line.startsWith("virtual host ")))
                .containsExactly(
                        "virtual host / in " + data.resolve("vhosts/%2F"),
                        "virtual host second one in " + data.resolve("vhosts/second+one"));
    }

    @Test
    void findsTheOneDamagedVirtualHostOfADataFolder() throws IOException {
        moveTheStoreTo("vhosts/a");
        flipAByte(data.resolve("vhosts/a").resolve(DiskStore.LOG_FOLDER).resolve(SEGMENT), 3000);
        open(data.resolve("vhosts/b")).close();

        assertThat(run("ctl", "store", "verify", data.toString())).isEqualTo(1);
        assertThat(out.toString())
                .containsSubsequence("virtual host a", "damaged: " + SEGMENT, "virtual host b", "nothing");
    }

    @Test
    void salvagesADataFolderIntoANewOneOfTheSameShape() throws IOException {
        moveTheStoreTo("vhosts/%2F");
        Path to = data.resolveSibling(data.getFileName() + ".salvaged");

        assertThat(run("ctl", "store", "salvage", data.toString())).isZero();
        assertThat(out.toString()).contains("'leveret server --data-dir " + to + "' starts on it");
        try (DiskStore salvaged = open(to.resolve("vhosts/%2F"))) {
            assertThat(salvaged.entries(1, 0, 0, Long.MAX_VALUE, 10, 100_000)).hasSize(5);
        }
        assertThat(to.resolve(UnfinishedSalvage.FILE)).doesNotExist();
    }

    @Test
    void refusesWhatASalvageDidNotCopyToItsEnd() throws IOException {
        Path part = data.resolve("part");
        open(part).close();
        UnfinishedSalvage.mark(FolderDisk.open(part));

        assertThat(run("ctl", "store", "verify", part.toString())).isEqualTo(1);
        assertThat(run("ctl", "store", "salvage", store.toString(), "--to", part.toString()))
                .isEqualTo(1);
        assertThat(run("ctl", "store", "salvage", part.toString())).isEqualTo(1);
        String refused = "leveret: " + part + ": the salvage into this folder did not come to its end, as"
                + " 'salvage.incomplete' in it tells, so a part is missing; delete the folder and run the salvage again";
        assertThat(err.toString().lines()).containsExactly(refused, refused, refused);
        assertThat(data.resolve("part.salvaged")).doesNotExist();
    }

    @Test
    void refusesADataFolderOfWhichAVirtualHostIsNotWhole() throws IOException {
        Path part = data.resolve("vhosts/%2F");
        moveTheStoreTo("vhosts/a");
        open(part).close();
        UnfinishedSalvage.mark(FolderDisk.open(part));

        assertThat(run("ctl", "store", "verify", data.toString())).isEqualTo(1);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("leveret: " + part + ": the salvage into this folder did not come to its end");
        assertThat(out.toString()).containsSubsequence("virtual host /", "virtual host a", "nothing is damaged");
    }

    @Test
    void marksACopyInWhichAVirtualHostIsMissing() throws IOException {
        moveTheStoreTo("vhosts/a");
        Path unreadable = data.resolve("vhosts/b");
        open(unreadable).close();
        // As long as that is there, it is a part itself, and can't be copied.
        UnfinishedSalvage.mark(FolderDisk.open(unreadable));
        Path to = folder.resolve("new");

        assertThat(run("ctl", "store", "salvage", data.toString(), "--to", to.toString()))
                .isEqualTo(1);
        assertThat(out.toString())
                .contains("virtual host a", "5050 bytes copied")
                .doesNotContain("starts on it");
        assertThat(err.toString())
                .contains("leveret: " + to + ": the copy is not whole, and a server refuses it; delete it");
        err.getBuffer().setLength(0);
        assertThat(run("ctl", "store", "verify", to.toString())).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("leveret: " + to + ": the salvage into this folder did not come to its end");
    }

    @Test
    void helpsWithEachCommandAndExamples() {
        for (String command : List.of("verify", "salvage")) {
            assertThat(run("ctl", "store", command, "--help")).isZero();
        }
        assertThat(run("ctl", "store", "--help")).isZero();
        assertThat(out.toString()).contains("Changes nothing.", "DIR.salvaged", "data/vhosts/%2F", "Exit codes:");
    }

    private void moveTheStoreTo(String place) throws IOException {
        Path to = data.resolve(place);
        Files.createDirectories(to.getParent());
        Files.move(store, to);
    }

    private static void flipAByte(Path file, long at) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int old = bytes.read();
            bytes.seek(at);
            bytes.write(~old);
        }
    }

    private int run(String... arguments) {
        CommandLine commands = Commands.of(new StopSignal(), (settings, folder) -> {
            throw new IOException("no broker is to be started");
        });
        commands.setOut(new PrintWriter(out, true));
        commands.setErr(new PrintWriter(err, true));
        return commands.execute(arguments);
    }

    private static DiskStore open(Path folder) throws IOException {
        LogResources resources =
                new LogResources(new Idle(), new Idle(), new WriteBuffers(10_000), InstantSource.system());
        return DiskStore.open(FolderDisk.open(folder), StoreSettings.DEFAULT, resources, new Silent());
    }

    /** Leaves all work to the closing. */
    private static final class Idle implements Background {

        @Override
        public void execute(Runnable task) {}

        @Override
        public void schedule(Runnable task, long delayMs) {}
    }

    private static final class Silent implements StoreListener {

        @Override
        public void durable() {}

        @Override
        public void full(boolean full) {}

        @Override
        public void failed(Throwable cause) {
            throw new IllegalStateException(cause);
        }
    }
}
