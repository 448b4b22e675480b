package io.leveret.broker;

import io.leveret.broker.event.Events;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.storage.Storage;
import io.leveret.broker.vhost.CatalogException;
import io.leveret.broker.vhost.VirtualHost;
import io.leveret.broker.vhost.Work;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Opens virtual hosts with all that their stores have. One that can't be opened leaves neither an open store nor
 * anything in the memory budget: it may be tried again and again. Used by one thread at a time for each virtual host.
 */
final class StoredVhosts implements VirtualHosts.Opener {

    private final BrokerSettings settings;
    private final Storage storage;
    private final MemoryBudget budget;
    private final Executor background;
    private final Events events;
    private final Consumer<VirtualHost> describer;

    /**
     * @param budget of all virtual hosts together
     * @param background where long work goes on, slice by slice
     * @param describer tells a virtual host what is said of it
     */
    StoredVhosts(
            BrokerSettings settings,
            Storage storage,
            MemoryBudget budget,
            Executor background,
            Events events,
            Consumer<VirtualHost> describer) {
        this.settings = settings;
        this.storage = storage;
        this.budget = budget;
        this.background = background;
        this.events = events;
        this.describer = describer;
    }

    @Override
    public VirtualHost open(String name, Consumer<Journal> onFailure) throws IOException {
        Journal journal = storage.open(name, onFailure);
        try {
            VirtualHost opened = recovered(name, journal);
            describe(opened);
            return opened;
        } catch (CatalogException e) {
            storage.close(journal);
            throw new IOException(e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            storage.close(journal);
            throw e;
        }
    }

    private VirtualHost recovered(String name, Journal journal) {
        Work work = Work.on(background, storage.threads().readers());
        return new VirtualHost(name, settings.deprecatedFeatures(), budget, journal, work, events, settings.limits());
    }

    private void describe(VirtualHost opened) {
        try {
            describer.accept(opened);
        } catch (RuntimeException | Error e) {
            opened.discard();
            throw e;
        }
    }
}
