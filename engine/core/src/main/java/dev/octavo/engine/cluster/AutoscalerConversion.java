package dev.octavo.engine.cluster;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts a HorizontalPodAutoscaler into another version. v2 and v2beta2 have the same fields; v2beta1 wrote metrics in
 * another way; v1 knows nothing but the use of the CPU.
 */
final class AutoscalerConversion {
    private AutoscalerConversion() {}

    static Conversion to(String version, ManifestObject object, Map<String, Object> content) {
        Map<String, Object> spec = Tree.map(content, "spec");
        String from = object.apiVersion();
        if (from.equals("autoscaling/v2beta1")) {
            List<Object> metrics = new ArrayList<>();
            for (Map<String, Object> metric : Tree.maps(spec, "metrics")) {
                metrics.add(newer(metric));
            }
            if (spec.containsKey("metrics")) {
                spec.put("metrics", metrics);
            }
        } else if (from.equals("autoscaling/v1")) {
            return version.equals("autoscaling/v2") || version.equals("autoscaling/v2beta2")
                    ? fromFirst(spec, content)
                    : Conversion.refused("it is another version of it");
        }
        if (version.equals("autoscaling/v1")) {
            return toFirst(spec, content);
        }
        if (version.equals("autoscaling/v2beta2") && hasTolerance(spec)) {
            return Conversion.refused("it has no tolerance");
        }
        return Conversion.done(content);
    }

    private static boolean hasTolerance(Map<String, Object> spec) {
        return Tree.at(spec, "behavior", "scaleUp", "tolerance") != null
                || Tree.at(spec, "behavior", "scaleDown", "tolerance") != null;
    }

    private static Conversion fromFirst(Map<String, Object> spec, Map<String, Object> content) {
        Object percentage = spec.remove("targetCPUUtilizationPercentage");
        if (percentage != null) {
            Map<String, Object> target = new LinkedHashMap<>();
            target.put("type", "Utilization");
            target.put("averageUtilization", percentage);
            spec.put(
                    "metrics",
                    List.of(Map.of("type", "Resource", "resource", Map.of("name", "cpu", "target", target))));
        }
        return Conversion.done(content);
    }

    private static Conversion toFirst(Map<String, Object> spec, Map<String, Object> content) {
        List<Map<String, Object>> metrics = Tree.maps(spec, "metrics");
        if (spec.containsKey("behavior") || metrics.size() > 1) {
            return Conversion.refused("it knows no behavior and no metric but the use of the CPU");
        }
        for (Map<String, Object> metric : metrics) {
            Object percentage = Tree.at(metric, "resource", "target", "averageUtilization");
            if (!Tree.text(metric, "resource", "name").equals("cpu") || percentage == null) {
                return Conversion.refused("it knows no metric but the use of the CPU");
            }
            spec.put("targetCPUUtilizationPercentage", percentage);
        }
        spec.remove("metrics");
        return Conversion.done(content);
    }

    /** A metric of v2beta1 as v2 has it. */
    private static Map<String, Object> newer(Map<String, Object> metric) {
        String type = Tree.text(metric, "type");
        String key = type.isEmpty() ? "" : type.substring(0, 1).toLowerCase(Locale.ROOT) + type.substring(1);
        Map<String, Object> old = Tree.map(metric, key);
        Map<String, Object> source = new LinkedHashMap<>();
        switch (key) {
            case "resource", "containerResource" -> {
                put(source, "name", old.get("name"));
                put(source, "container", old.get("container"));
                source.put("target", target(null, old.get("targetAverageValue"), old.get("targetAverageUtilization")));
            }
            case "pods" -> {
                source.put("metric", metric(old.get("metricName"), old.get("selector")));
                source.put("target", target(null, old.get("targetAverageValue"), null));
            }
            case "object" -> {
                put(source, "describedObject", old.get("target"));
                source.put("metric", metric(old.get("metricName"), old.get("selector")));
                source.put("target", target(old.get("targetValue"), old.get("averageValue"), null));
            }
            default -> {
                source.put("metric", metric(old.get("metricName"), old.get("metricSelector")));
                source.put("target", target(old.get("targetValue"), old.get("targetAverageValue"), null));
            }
        }
        Map<String, Object> converted = new LinkedHashMap<>();
        converted.put("type", type);
        converted.put(key, source);
        return converted;
    }

    private static Map<String, Object> metric(@Nullable Object name, @Nullable Object selector) {
        Map<String, Object> metric = new LinkedHashMap<>();
        put(metric, "name", name);
        put(metric, "selector", selector);
        return metric;
    }

    private static Map<String, Object> target(
            @Nullable Object value, @Nullable Object averageValue, @Nullable Object utilization) {
        Map<String, Object> target = new LinkedHashMap<>();
        if (utilization != null) {
            target.put("type", "Utilization");
            target.put("averageUtilization", utilization);
        } else if (averageValue != null) {
            target.put("type", "AverageValue");
            target.put("averageValue", averageValue);
        } else {
            target.put("type", "Value");
            put(target, "value", value);
        }
        return target;
    }

    private static void put(Map<String, Object> map, String key, @Nullable Object value) {
        if (value != null) {
            map.put(key, value);
        }
    }
}
