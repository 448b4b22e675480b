package io.leveret.interop.crash;

import static java.net.http.HttpRequest.BodyPublishers.ofString;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** Policies of users and of operators that are set before a restart, as a file of definitions for both brokers. */
final class RestartPolicies {

    private static final String DEFINITIONS = """
            {"policies": [
                {"vhost": "/", "name": "long", "pattern": "^policed$", "apply-to": "queues", "priority": 1,
                 "definition": {"max-length": 3, "dead-letter-exchange": "", "dead-letter-routing-key": "policed.dropped"}},
                {"vhost": "/", "name": "longer", "pattern": "^policed", "apply-to": "queues", "priority": 0,
                 "definition": {"max-length": 100}},
                {"vhost": "/", "name": "alternate", "pattern": "^policed.exchange$", "apply-to": "exchanges", "priority": 0,
                 "definition": {"alternate-exchange": "policed.alternate"}}],
             "parameters": [
                {"vhost": "/", "component": "operator_policy", "name": "short",
                 "value": {"pattern": "^policed$", "apply-to": "queues", "priority": 0, "definition": {"max-length": 2}}}]}
            """;

    private RestartPolicies() {}

    /** For {@code load_definitions}. */
    static Path writeTo(Path folder) throws IOException {
        return Files.writeString(folder.resolve("definitions.json"), DEFINITIONS);
    }

    /** Over RabbitMQ's management HTTP API. */
    static void upload(InetSocketAddress management) throws IOException, InterruptedException {
        String guest = Base64.getEncoder().encodeToString("guest:guest".getBytes(StandardCharsets.UTF_8));
        URI uri = URI.create("http://" + management.getHostString() + ":" + management.getPort() + "/api/definitions");
        HttpRequest request = HttpRequest.newBuilder(uri)
                .version(HttpClient.Version.HTTP_1_1)
                .header("Authorization", "Basic " + guest)
                .header("Content-Type", "application/json")
                .POST(ofString(DEFINITIONS))
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new IOException("POST " + uri + ": " + response.statusCode() + " " + response.body());
        }
    }
}
