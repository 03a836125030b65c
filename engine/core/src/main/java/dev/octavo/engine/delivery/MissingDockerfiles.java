package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.blueprint.Blueprint;
import dev.octavo.engine.blueprint.DeliveryFile;
import dev.octavo.engine.catalog.Catalog;
import dev.octavo.engine.catalog.Microservice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The Dockerfiles that {@code generate} would write, of microservices that have none. The sources are scanned once. */
final class MissingDockerfiles {
    private static final String FOLDER = ".octavo/dockerfiles";

    private final EngineContext context;
    private @Nullable Catalog catalog;

    MissingDockerfiles(EngineContext context) {
        this.context = context;
    }

    /** Its text; empty where {@code generate} would write none. */
    Optional<String> text(Microservice service) {
        Path root = context.workspace();
        if (catalog == null) {
            catalog = Catalog.scan(root);
        }
        DeliveryFile delivery = DeliveryFile.nearest(root, service.directory())
                .orElseGet(() -> DeliveryFile.parse(root, DeliveryFile.NAME, ""));
        Blueprint blueprint = Blueprint.of(root, Objects.requireNonNull(catalog), delivery);
        return blueprint.services().stream()
                .filter(each -> each.name().equals(service.name()))
                .findFirst()
                .map(each -> blueprint.files(each, delivery.environments()).get("Dockerfile"));
    }

    /** A file with it, from the workspace; empty where {@code generate} would write none. */
    Optional<Path> file(Microservice service) throws IOException {
        Optional<String> text = text(service);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Path file = Path.of(FOLDER, service.name() + ".Dockerfile");
        Path place = context.workspace().resolve(file);
        Files.createDirectories(Objects.requireNonNull(place.getParent()));
        Files.writeString(place, text.get(), StandardCharsets.UTF_8);
        return Optional.of(file);
    }
}
