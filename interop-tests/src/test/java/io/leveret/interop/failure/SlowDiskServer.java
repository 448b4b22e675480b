package io.leveret.interop.failure;

import io.leveret.broker.Broker;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.persistence.disk.FolderDisk;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A broker on a {@link SlowDisk}, in a process of its own, so that its memory can be told from its clients'. It says where it listens,
 * and when it is asked to end the most memory that it ever had.
 */
final class SlowDiskServer {

    static final String LISTENING = "listening on ";
    static final String PEAK_KIB = "peak KiB ";

    private static final String HIGH_WATER = "VmHWM:";

    private SlowDiskServer() {}

    /** Takes the data folder and the disk's bytes a second. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        long bytesPerSecond = Long.parseLong(arguments[1]);
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        BrokerSettings defaults = BrokerSettings.defaults();
        Broker broker = Broker.start(
                defaults.withNetwork(defaults.network().withListeners(List.of(anyPort))),
                Path.of(arguments[0]),
                folder -> SlowDisk.of(FolderDisk.open(folder), bytesPerSecond));
        PrintStream said = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(broker, said), "end"));
        said.println(LISTENING + broker.addresses().get(0).getPort());
        new CountDownLatch(1).await();
    }

    /** A JVM that a signal ends would tell so as a failure. */
    private static void end(Broker broker, PrintStream said) {
        said.println(PEAK_KIB + peakKiB());
        broker.close();
        Runtime.getRuntime().halt(0);
    }

    private static String peakKiB() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith(HIGH_WATER))
                    .map(line -> line.replaceAll("\\D+", ""))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
