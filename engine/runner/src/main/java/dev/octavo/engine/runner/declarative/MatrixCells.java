package dev.octavo.engine.runner.declarative;

import dev.octavo.engine.runner.declarative.Model.Axis;
import dev.octavo.engine.runner.declarative.Model.Exclude;
import dev.octavo.engine.runner.declarative.Model.Matrix;
import dev.octavo.engine.runner.declarative.Model.Stage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The cells of a matrix, each a stage. */
final class MatrixCells {
    private MatrixCells() {}

    static List<Stage> stages(Matrix matrix) {
        List<Stage> stages = new ArrayList<>();
        for (Map<String, String> cell : cells(matrix)) {
            Stage shared = matrix.cell();
            stages.add(new Stage(
                    name(cell),
                    shared.agent(),
                    shared.environment(),
                    shared.options(),
                    shared.tools(),
                    shared.when(),
                    shared.input(),
                    false,
                    null,
                    shared.stages(),
                    List.of(),
                    null,
                    shared.post(),
                    shared.place()));
        }
        return stages;
    }

    /** The variables of a cell: its values by the names of the axes. */
    static Map<String, String> variables(Matrix matrix, Stage cell) {
        for (Map<String, String> one : cells(matrix)) {
            if (name(one).equals(cell.name())) {
                return one;
            }
        }
        return Map.of();
    }

    private static String name(Map<String, String> cell) {
        return cell.entrySet().stream()
                .map(entry -> entry.getKey() + " = '" + entry.getValue() + "'")
                .collect(Collectors.joining(", ", "Matrix - ", ""));
    }

    private static List<Map<String, String>> cells(Matrix matrix) {
        List<Map<String, String>> cells = new ArrayList<>();
        cells.add(new LinkedHashMap<>());
        for (Axis axis : matrix.axes()) {
            List<Map<String, String>> longer = new ArrayList<>();
            for (Map<String, String> cell : cells) {
                for (String value : axis.values()) {
                    Map<String, String> next = new LinkedHashMap<>(cell);
                    next.put(axis.name(), value);
                    longer.add(next);
                }
            }
            cells = longer;
        }
        cells.removeIf(cell -> matrix.excludes().stream().anyMatch(exclude -> isExcluded(cell, exclude)));
        return cells;
    }

    private static boolean isExcluded(Map<String, String> cell, List<Exclude> exclude) {
        return exclude.stream().allMatch(one -> one.values().contains(cell.get(one.axis())) != one.not());
    }
}
