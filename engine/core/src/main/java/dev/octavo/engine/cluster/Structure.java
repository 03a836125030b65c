package dev.octavo.engine.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares documents by their maps and lists alone: single values may differ. */
final class Structure {
    private Structure() {}

    /** The path of the first difference; {@code ""} where there is none. */
    static String difference(List<YamlDocuments.Document> left, List<YamlDocuments.Document> right) {
        if (left.size() != right.size()) {
            return "/";
        }
        for (int i = 0; i < left.size(); i++) {
            String difference =
                    difference("", left.get(i).content(), right.get(i).content());
            if (!difference.isEmpty()) {
                return difference;
            }
        }
        return "";
    }

    private static String difference(String path, @Nullable Object left, @Nullable Object right) {
        String here = path.isEmpty() ? "/" : path;
        if (left instanceof Map<?, ?> && right instanceof Map<?, ?>) {
            // keys may be replaced too, so they are compared by their order
            List<Object> leftValues = new ArrayList<>(Tree.map(left).values());
            Map<String, Object> rightMap = Tree.map(right);
            if (leftValues.size() != rightMap.size()) {
                return here;
            }
            int i = 0;
            for (Map.Entry<String, Object> entry : rightMap.entrySet()) {
                String difference = difference(path + "/" + entry.getKey(), leftValues.get(i++), entry.getValue());
                if (!difference.isEmpty()) {
                    return difference;
                }
            }
            return "";
        }
        if (left instanceof List<?> leftList && right instanceof List<?> rightList) {
            if (leftList.size() != rightList.size()) {
                return here;
            }
            for (int i = 0; i < leftList.size(); i++) {
                String difference = difference(path + "/" + i, leftList.get(i), rightList.get(i));
                if (!difference.isEmpty()) {
                    return difference;
                }
            }
            return "";
        }
        boolean nested = left instanceof Map<?, ?>
                || left instanceof List<?>
                || right instanceof Map<?, ?>
                || right instanceof List<?>;
        return nested ? here : "";
    }
}
