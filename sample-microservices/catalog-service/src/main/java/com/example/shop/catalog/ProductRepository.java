package com.example.shop.catalog;

import java.util.List;
import java.util.Optional;

public interface ProductRepository {
    /** All products, by name. */
    List<Product> findAll();

    Optional<Product> findBySku(String sku);

    /** Products that have every word of the text in their number, name, category or description; case is ignored. */
    List<Product> search(String text);
}
