package io.leveret.bench.vhost;

import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.settings.StorageSettings;
import io.leveret.broker.storage.Storage;
import io.leveret.broker.vhost.VirtualHost;
import io.leveret.broker.vhost.Work;
import io.leveret.persistence.disk.FolderDisk;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Opens many virtual hosts with their stores, as a broker does when it starts, says how long after the start of the JVM they were
 * there and what threads there are, and closes them when its standard input ends.
 */
@Command(
        name = "vhosts",
        description = "Opens many virtual hosts and closes them when its standard input ends.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false)
final class VirtualHostsCommand implements Callable<Integer> {

    @Option(names = "--folder", required = true, description = "The data folder.")
    private Path folder = Path.of(".");

    @Option(names = "--count", description = "Virtual hosts.")
    private int count = 1000;

    private VirtualHostsCommand() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new VirtualHostsCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        try (Storage storage = new Storage(folder, FolderDisk::open, StorageSettings.defaults())) {
            List<VirtualHost> vhosts = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                vhosts.add(open(storage, "vhost-" + i));
            }
            System.out.printf(
                    "{\"vhosts\": %d, \"ms_since_start\": %d, \"threads\": %d}%n",
                    vhosts.size(),
                    ManagementFactory.getRuntimeMXBean().getUptime(),
                    ManagementFactory.getThreadMXBean().getThreadCount());
            while (System.in.read() >= 0) {
                // only its end matters
            }
        }
        return 0;
    }

    private static VirtualHost open(Storage storage, String name) throws IOException {
        return new VirtualHost(
                name,
                DeprecatedFeatures.defaults(),
                MemoryBudget.unlimited(),
                storage.open(name, failed -> {}),
                Work.atOnce());
    }
}
