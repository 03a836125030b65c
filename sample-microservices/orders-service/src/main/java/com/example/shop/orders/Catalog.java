package com.example.shop.orders;

import com.example.shop.common.Money;
import java.util.Optional;

/** What this service needs to know from the catalog. */
interface Catalog {
    /** @throws CatalogException where the catalog cannot say */
    Optional<Item> find(String sku);

    /** A product as the catalog tells it; what else it tells is of no interest here. */
    record Item(String sku, String name, Money price) {}
}
