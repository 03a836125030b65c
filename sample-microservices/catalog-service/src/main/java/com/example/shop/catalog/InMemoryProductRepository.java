package com.example.shop.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Products from a file that is part of the service. */
public class InMemoryProductRepository implements ProductRepository {
    private final Map<String, Product> products = new LinkedHashMap<>();

    public InMemoryProductRepository(List<Product> products) {
        products.stream().sorted(Comparator.comparing(Product::name)).forEach(product -> {
            if (this.products.putIfAbsent(product.sku(), product) != null) {
                throw new IllegalArgumentException("two products have the number " + product.sku());
            }
        });
    }

    static InMemoryProductRepository fromResource(String name, JsonMapper json) {
        try (InputStream in = InMemoryProductRepository.class.getResourceAsStream("/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the class path has no " + name);
            }
            return new InMemoryProductRepository(json.readValue(in, new TypeReference<List<Product>>() {}));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }

    @Override
    public List<Product> findAll() {
        return List.copyOf(products.values());
    }

    @Override
    public Optional<Product> findBySku(String sku) {
        return Optional.ofNullable(products.get(sku));
    }

    @Override
    public List<Product> search(String text) {
        List<String> words = Arrays.stream(text.toLowerCase(Locale.ROOT).split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList();
        return products.values().stream()
                .filter(product -> words.stream().allMatch(searchable(product)::contains))
                .toList();
    }

    private static String searchable(Product product) {
        return String.join("\n", product.sku(), product.name(), product.category(), product.description())
                .toLowerCase(Locale.ROOT);
    }
}
