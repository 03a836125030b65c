package dev.octavo.engine.delivery;

import dev.octavo.engine.blueprint.Blueprint;
import dev.octavo.engine.blueprint.DeliveryFile;
import dev.octavo.engine.catalog.BuildTool;
import dev.octavo.engine.catalog.Catalog;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.catalog.ServiceDetails;
import dev.octavo.engine.catalog.ServiceKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** All that can be delivered: what the sources hold, and what {@code delivery.yaml} alone describes, such as a database. */
public final class Deliverables {
    private Deliverables() {}

    /** @param directory where a {@code delivery.yaml} is looked for too, from {@code root} */
    public static Catalog catalog(Path root, String directory) {
        Catalog catalog = Catalog.scan(root);
        Set<String> folders = new LinkedHashSet<>(List.of("", directory));
        catalog.services().forEach(service -> folders.add(service.directory()));
        Map<String, DeliveryFile> files = new LinkedHashMap<>();
        for (String folder : folders) {
            Optional<DeliveryFile> file = DeliveryFile.nearest(root, folder);
            file.ifPresent(each -> files.putIfAbsent(each.file(), each));
        }
        Map<String, Microservice> more = new TreeMap<>();
        for (DeliveryFile file : files.values()) {
            for (Blueprint.Service service : Blueprint.of(root, catalog, file).services()) {
                Map<String, String> manifests = manifests(root, service, file);
                if (service.found().isEmpty() && !manifests.isEmpty()) {
                    more.putIfAbsent(service.name(), described(service, manifests));
                }
            }
        }
        return more.isEmpty() ? catalog : catalog.with(List.copyOf(more.values()));
    }

    /** Whether it is built here; else its image comes from elsewhere. */
    static boolean isBuilt(Microservice service) {
        return service.kind() != ServiceKind.IMAGE;
    }

    private static Map<String, String> manifests(Path root, Blueprint.Service service, DeliveryFile file) {
        Map<String, String> manifests = new LinkedHashMap<>();
        for (String environment : file.environments()) {
            String folder = service.directory() + "/deploy/" + environment;
            if (Files.isDirectory(root.resolve(folder))) {
                manifests.put(environment, folder);
            }
        }
        return manifests;
    }

    private static Microservice described(Blueprint.Service service, Map<String, String> manifests) {
        return new Microservice(
                service.name(),
                service.directory(),
                ServiceKind.IMAGE,
                BuildTool.NONE,
                service.directory(),
                "",
                0,
                0,
                "",
                "",
                null,
                manifests,
                List.of(service.directory()),
                "",
                ServiceDetails.UNKNOWN);
    }
}
