package io.leveret.broker.vhost;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.queue.QueueDeclaration;
import io.leveret.broker.vhost.Exchange.ExchangeDeclaration;
import io.leveret.exchange.ExchangeType;
import io.leveret.persistence.inspect.CatalogRepair.Repaired;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is left of a damaged catalog becomes one that a virtual host opens with, and nothing that has a message is left out. */
class SalvagedCatalogTest {

    private static final byte[] NOTHING = {1};

    private final SortedMap<byte[], byte[]> catalog = new TreeMap<>(Arrays::compareUnsigned);
    private final SortedMap<Long, Long> live = new TreeMap<>();

    @Test
    void leavesACatalogThatFitsAsItIs() {
        queue("q", 3, FieldTable.EMPTY);
        exchange("x", ExchangeType.DELAYED, new ExchangeIds(4, 5));
        binding("x", 'q', "q");
        binding("x", 'e', "amq.topic");
        binding("amq.fanout", 'q', "q");
        live.put(3L, 7L);
        live.put(4L, 2L);
        live.put(5L, 0L);

        Repaired repaired = repair();

        assertThat(repaired.catalog()).containsExactlyEntriesOf(catalog);
        assertThat(repaired.queueIds()).containsExactly(3L, 4L, 5L);
        assertThat(repaired.foundlings()).isEmpty();
        assertThat(repaired.notes()).isEmpty();
    }

    @Test
    void givesMessagesThatNoQueueHasADurableQueueOfTheirOwn() {
        queue("salvaged-8", 1, FieldTable.EMPTY);
        live.put(1L, 0L);
        live.put(7L, 0L);
        live.put(8L, 12L);

        Repaired repaired = repair();

        QueueDeclaration declaration = new QueueDeclaration("salvaged-8-2", "/", true, false, null, FieldTable.EMPTY);
        assertThat(repaired.catalog().get(CatalogCodec.queueKey("salvaged-8-2")))
                .isEqualTo(CatalogCodec.queueValue(8, declaration));
        assertThat(repaired.queueIds()).containsExactly(1L, 8L);
        assertThat(repaired.foundlings()).containsExactly(8L);
        assertThat(repaired.notes())
                .containsExactly("the declaration of a queue is lost: its 12 messages are in queue 'salvaged-8-2' now");
    }

    @Test
    void countsEachPriorityOfAQueueAsItsOwn() {
        queue("q", 10, FieldTable.builder().put("x-max-priority", 3).build());
        live.put(12L, 5L);
        live.put(14L, 1L);

        Repaired repaired = repair();

        // The lowest is always there, the fifth is none of its.
        assertThat(repaired.queueIds()).containsExactly(10L, 12L, 14L);
        assertThat(repaired.foundlings()).containsExactly(14L);
    }

    @Test
    void dropsAndListsWhatLeadsToOrBelongsToWhatIsLost() {
        queue("q", 1, FieldTable.EMPTY);
        exchange("x", ExchangeType.TOPIC, ExchangeIds.NONE);
        binding("lost", 'q', "q");
        binding("x", 'q', "gone");
        binding("x", 'e', "lost");
        catalog.put(CatalogCodec.historyKey("x", 1), CatalogCodec.historyValue(1, Messages.of("x", "m")));
        catalog.put(CatalogCodec.transientBindingsKey("x"), CatalogCodec.bindingValue());
        catalog.put(new CatalogBytes().octet('z').bytes(), NOTHING);

        Repaired repaired = repair();

        assertThat(repaired.catalog().keySet())
                .containsExactly(CatalogCodec.exchangeKey("x"), CatalogCodec.queueKey("q"));
        assertThat(repaired.notes())
                .containsExactlyInAnyOrder(
                        "binding from exchange 'lost' to queue 'q' with key 'k' is dropped: there is no such source",
                        "binding from exchange 'x' to queue 'gone' with key 'k' is dropped: there is no such destination",
                        "binding from exchange 'x' to exchange 'lost' with key 'k' is dropped: there is no such"
                                + " destination",
                        "message 1 in the history of exchange 'x' is dropped: there is no such exchange that keeps one",
                        "mark of transient bindings of exchange 'x' is dropped: the exchange stays, bound or not",
                        "catalog of vhost '/': entry 'z' can't be read: kind 122; it is dropped");
    }

    private Repaired repair() {
        return new SalvagedCatalog("/").repair(catalog, live);
    }

    private void queue(String name, long id, FieldTable arguments) {
        QueueDeclaration declaration = new QueueDeclaration(name, "/", true, false, null, arguments);
        catalog.put(CatalogCodec.queueKey(name), CatalogCodec.queueValue(id, declaration));
    }

    private void exchange(String name, ExchangeType type, ExchangeIds ids) {
        FieldTable arguments = type == ExchangeType.DELAYED
                ? FieldTable.builder().put("x-delayed-type", "direct").build()
                : FieldTable.EMPTY;
        ExchangeDeclaration declaration = new ExchangeDeclaration(name, "/", type, true, false, false, arguments);
        catalog.put(CatalogCodec.exchangeKey(name), CatalogCodec.exchangeValue(declaration, ids));
    }

    private void binding(String source, int kind, String destination) {
        byte[] key = new CatalogBytes()
                .octet('b')
                .text(source)
                .octet(kind)
                .text(destination)
                .text("k")
                .rest(FieldTable.EMPTY.encoded())
                .bytes();
        catalog.put(key, CatalogCodec.bindingValue());
    }
}
