package dev.octavo.engine.cluster;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts an Ingress into another version: networking.k8s.io/v1 names Services in another way than those before. */
final class IngressConversion {
    private IngressConversion() {}

    static Conversion to(String version, Map<String, Object> content) {
        boolean newer = version.equals("networking.k8s.io/v1");
        Map<String, Object> spec = Tree.map(content, "spec");
        rename(spec, newer ? "backend" : "defaultBackend", newer ? "defaultBackend" : "backend");
        String obstacle = convertBackend(Tree.map(spec, newer ? "defaultBackend" : "backend"), newer);
        for (Map<String, Object> rule : Tree.maps(spec, "rules")) {
            for (Map<String, Object> path : Tree.maps(rule, "http", "paths")) {
                if (newer) {
                    path.putIfAbsent("pathType", "ImplementationSpecific");
                }
                String wrong = convertBackend(Tree.map(path, "backend"), newer);
                obstacle = obstacle.isEmpty() ? wrong : obstacle;
            }
        }
        return obstacle.isEmpty() ? Conversion.done(content) : Conversion.refused(obstacle);
    }

    private static String convertBackend(Map<String, Object> backend, boolean newer) {
        if (backend.isEmpty() || backend.containsKey("resource")) {
            return "";
        }
        return newer ? toService(backend) : fromService(backend);
    }

    private static String toService(Map<String, Object> backend) {
        Object name = backend.remove("serviceName");
        Object port = backend.remove("servicePort");
        if (name == null || port == null) {
            return "a backend has no serviceName or no servicePort";
        }
        Map<String, Object> service = new LinkedHashMap<>();
        service.put("name", name);
        service.put("port", port(port));
        backend.put("service", service);
        return "";
    }

    private static Map<String, Object> port(Object port) {
        Map<String, Object> map = new LinkedHashMap<>();
        if (port instanceof String text && !text.matches("[0-9]{1,5}")) {
            map.put("name", text);
        } else {
            map.put("number", port instanceof String text ? Integer.valueOf(text) : port);
        }
        return map;
    }

    private static String fromService(Map<String, Object> backend) {
        Map<String, Object> service = Tree.map(backend.remove("service"));
        Object name = service.get("name");
        Object number = Tree.at(service, "port", "number");
        Object port = number == null ? Tree.at(service, "port", "name") : number;
        if (name == null || port == null) {
            return "a backend has no service.name or no service.port";
        }
        backend.put("serviceName", name);
        backend.put("servicePort", port);
        return "";
    }

    private static void rename(Map<String, Object> map, String from, String to) {
        @Nullable Object value = map.remove(from);
        if (value != null) {
            map.put(to, value);
        }
    }
}
