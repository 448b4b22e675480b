package io.leveret.interop.definitions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leveret.broker.Broker;
import io.leveret.broker.definitions.DefinitionsWriter;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.settings.TopologySettings;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Timeout;

/** What Leveret exports, imported into either broker. */
final class ExportedDefinitionsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What they all have in their names or beside them, so that nothing of other cases is compared. */
    private static final String OURS = "exported";

    private static final List<String> KINDS = List.of(
            "vhosts",
            "users",
            "permissions",
            "topic_permissions",
            "global_parameters",
            "parameters",
            "policies",
            "queues",
            "exchanges",
            "bindings");

    private static String export() throws IOException {
        BrokerSettings defaults = BrokerSettings.defaults();
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Path file = Path.of("src", "test", "resources", "exported.json");
        BrokerSettings settings = defaults.withNetwork(defaults.network().withListeners(List.of(anyPort)))
                .withTopology(new TopologySettings("classic", file));
        try (Broker broker = Broker.start(settings)) {
            return DefinitionsWriter.json(broker.definitions(), "4.3.6");
        }
    }

    /** Without guest, whose password is the other broker's own affair. */
    private static String withoutGuest(String definitions) throws IOException {
        ObjectNode root = (ObjectNode) JSON.readTree(definitions);
        for (String kind : List.of("users", "permissions")) {
            List<JsonNode> others = new ArrayList<>();
            root.get(kind).forEach(others::add);
            others.removeIf(each -> !each.toString().contains(OURS));
            root.putArray(kind).addAll(others);
        }
        return JSON.writeValueAsString(root);
    }

    /** Each thing in one line, its entries and all things in the order of their names. */
    private static List<String> things(String definitions) throws IOException {
        JsonNode root = JSON.readTree(definitions);
        List<String> things = new ArrayList<>();
        for (String kind : KINDS) {
            List<String> ofKind = new ArrayList<>();
            for (JsonNode each : root.get(kind)) {
                // RabbitMQ does not export internal exchanges: that it has one, its binding tells.
                if (each.toString().contains(OURS) && !isGuests(each) && !isInternal(each)) {
                    ofKind.add(kind + ": " + sorted(each));
                }
            }
            things.addAll(ofKind.stream().sorted().toList());
        }
        return things;
    }

    /** Who imports a virtual host may do everything in it. */
    private static boolean isGuests(JsonNode thing) {
        return thing.path("user").asText().equals("guest");
    }

    private static boolean isInternal(JsonNode thing) {
        return thing.path("internal").asBoolean();
    }

    /** What is not internal need not say so. */
    private static JsonNode sorted(JsonNode node) {
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        Map<String, JsonNode> entries = new TreeMap<>();
        object.properties().forEach(each -> entries.put(each.getKey(), sorted(each.getValue())));
        entries.remove("internal");
        ObjectNode result = JSON.createObjectNode();
        result.setAll(entries);
        return result;
    }

    @Case("what Leveret exports can be imported, and is all there then")
    @Timeout(30)
    void imported(Peer peer) throws Exception {
        String exported = withoutGuest(export());

        String after = peer.importDefinitions(
                exported, "exported", List.of("exported-clerk", "exported-nobody"), "exported-team");
        things(after).forEach(peer::observe);

        peer.expect(things(exported).toArray(String[]::new));
    }
}
